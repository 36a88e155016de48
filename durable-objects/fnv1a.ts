/**
 * FNV-1a over UTF-16 code units: a 32-bit hash for spreading names over lanes and buckets. Whoever chooses the names
 * can steer it, so nothing secret may rest on it. http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
