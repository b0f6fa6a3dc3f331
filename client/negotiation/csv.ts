/** The list of changes as a file that a spreadsheet opens. */

/** A cell that a spreadsheet takes for a formula would be run by it: such words get an apostrophe before them. */
const safe = (cell: string) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)

/**
 * Rows as CSV (RFC 4180): each cell in quotes, lines ended by CR LF. A mark at the beginning tells spreadsheets that it is UTF-8.
 *
 * @example toCsv([['No.', 'Words'], ['1', 'a "b"']]) // '\ufeff"No.","Words"\r\n"1","a ""b"""\r\n'
 */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  `\ufeff${rows.map((row) => `${row.map((cell) => `"${safe(cell).replaceAll('"', '""')}"`).join(',')}\r\n`).join('')}`

/** Has the browser save a text as a file. */
export function saveFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
