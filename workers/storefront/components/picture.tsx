/** A product's picture. Its box is known before it arrives, so nothing moves. */
export function Picture({ src, alt, eager }: { src: string | null; alt: string; eager?: boolean }) {
  if (src === null) return <div class="picture" />
  return (
    <img
      class="picture"
      src={src}
      alt={alt}
      width={800}
      height={800}
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      fetchpriority={eager ? "high" : undefined}
    />
  )
}
