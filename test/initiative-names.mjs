/**
 * Nothing but the shipped definition, the demo and the tests names a party, a group or an agency of the initiative: what counts on one
 * of them would work for no other initiative. Comments may.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { inRoot, main, say } from '../server/launch/common.mjs'

const folders = ['shared', 'server', 'client']
const allowed = ['server/initiatives/', 'server/demo/']

const definition = JSON.parse(readFileSync(inRoot('server', 'initiatives', 'economic-2-plus-2.json'), 'utf8'))
const escaped = (words) => words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')
const idsOf = (list) => definition[list].map(({ id }) => id)
const capital = (id) => id.charAt(0).toUpperCase() + id.slice(1)

const parties = escaped(idsOf('parties'))
const quote = '[\'"`]'
/** What names a part of the initiative, as code or CSS would have it, and as words would. */
const namings = [
  new RegExp(
    `${quote}(?:${escaped(['parties', 'groups', 'agencies', 'bodies'].flatMap(idsOf).filter((id) => id !== 'committee'))})${quote}`,
  ),
  new RegExp(String.raw`(?:${quote}|[-[=])(?:${parties})-[a-z]|--(?:${parties})\b|party-(?:${parties})\b`),
  new RegExp(String.raw`\[data-[a-z]+=['"]?(?:${parties})\b`),
  new RegExp(String.raw`(?<![\w-])(?:${parties})\s*:|\.(?:${parties})\b`),
  new RegExp(String.raw`(?:owner|party|suggested)(?:${escaped(idsOf('parties').map(capital))})\b`),
  // Not in a locale (`en-US`), nor in the name of a typeface.
  new RegExp(
    String.raw`(?<![A-Za-z-]|(?:Sans|Serif|CJK) )(?:${escaped(definition.parties.map(({ prefix }) => prefix))})(?![A-Za-z])`,
  ),
  // A language is not named after a party.
  new RegExp(
    String.raw`(?:${escaped(['parties', 'groups'].flatMap((list) => definition[list].map(({ name }) => name.en)))})\b`,
  ),
  new RegExp(`(?:${escaped(definition.parties.map(({ name }) => name.ja))})(?!語)`),
  new RegExp(escaped(definition.groups.map(({ name }) => name.ja))),
  new RegExp(escaped(definition.agencies.map(({ name }) => name.en))),
]

/** Comments out, everything else in its line. Addresses keep what follows their `//`. */
const withoutComments = (source) =>
  source
    .replaceAll(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|[^:'"`\\])\/\/.*$/gm, '$1')

await main(import.meta.url, () => {
  const faults = []
  for (const folder of folders) {
    for (const entry of readdirSync(inRoot(folder), { withFileTypes: true, recursive: true })) {
      const file = join(entry.parentPath ?? entry.path, entry.name)
      const path = relative(inRoot(), file).replaceAll('\\', '/')
      if (!entry.isFile() || !/\.(?:tsx?|css|mjs|html)$/.test(path)) continue
      if (allowed.some((start) => path.startsWith(start))) continue
      for (const [index, line] of withoutComments(readFileSync(file, 'utf8')).split('\n').entries()) {
        const naming = namings.map((pattern) => pattern.exec(line)).find((found) => found !== null)
        if (naming !== undefined)
          faults.push(`${path}:${index + 1} names a part of the shipped initiative: ${naming[0].trim()}`)
      }
    }
  }
  for (const fault of faults) say(fault)
  say(`${faults.length} places name a part of the initiative`)
  return faults.length === 0 ? 0 : 1
})
