/** Pages of one book that are read, at most: half a million records, all that an answer's memory can hold. */
const PAGES_MAX = 500

/** Page after page until one is not full. Throws when there are more than an audit can hold. */
export async function readPages<Record>(
  readPage: (last: Record | undefined) => Promise<Record[]>,
  pageSize: number,
): Promise<Record[]> {
  const records: Record[] = []
  for (let page = 0; page < PAGES_MAX; page++) {
    const next = await readPage(records.at(-1))
    records.push(...next)
    if (next.length < pageSize) return records
  }
  throw new Error(`the audit reads ${PAGES_MAX} pages of one book at most, and this sale has more`)
}
