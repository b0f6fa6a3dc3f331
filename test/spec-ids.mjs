/** Rules and tests name each other: every rule in test/spec is carried by a test's title, and every id in a title is a rule. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { inRoot, main, say } from '../server/launch/common.mjs'

/** A list item that starts with a bold id, up to the next item, heading or empty line. */
const ruleStart = /^- \*\*([A-Z]{1,2}\d+)\*\*/
/** The ids at the start of a title that is the first argument of a call, unless the call is `.skip(...)` or `.todo(...)`. */
const titleIds = /(\.(?:skip|todo))?\(\s*(['"`])((?:\[[A-Z]{1,2}\d+\]\s*)+)/g

export function rulesIn(text) {
  const rules = []
  for (const line of text.split('\n')) {
    const id = ruleStart.exec(line)?.[1]
    if (id !== undefined) rules.push({ id, text: line })
    else if (/^(#|- |\s*$)/.test(line)) rules.push(undefined)
    else if (rules.at(-1) !== undefined) rules.at(-1).text += ` ${line.trim()}`
  }
  return rules
    .filter((rule) => rule !== undefined)
    .map(({ id, text: words }) => ({ id, later: /\(later\)\.?\s*$/.test(words) }))
}

export function idsInTitles(source) {
  return [...source.matchAll(titleIds)].flatMap(([, skipped, , ids]) =>
    ids.match(/[A-Z]{1,2}\d+/g).map((id) => ({ id, skipped: skipped !== undefined })),
  )
}

function filesUnder(folder, extension) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[\\/](node_modules|\.peers)[\\/]/.test(file))
}

await main(import.meta.url, () => {
  const faults = []
  const rules = new Map()
  for (const file of filesUnder(inRoot('test', 'spec'), '.md')) {
    for (const rule of rulesIn(readFileSync(file, 'utf8'))) {
      if (rules.has(rule.id))
        faults.push(`${rule.id} is defined twice (${rules.get(rule.id).file}, ${relative(inRoot(), file)})`)
      rules.set(rule.id, { ...rule, file: relative(inRoot(), file) })
    }
  }
  const carried = new Set()
  // Suites that several backends share live in files that are not tests themselves.
  for (const file of filesUnder(inRoot('test'), '.ts')) {
    for (const { id, skipped } of idsInTitles(readFileSync(file, 'utf8'))) {
      if (!rules.has(id)) faults.push(`[${id}] in ${relative(inRoot(), file)} is no rule of test/spec`)
      if (!skipped) carried.add(id)
    }
  }
  for (const { id, later, file } of rules.values()) {
    if (!later && !carried.has(id)) faults.push(`${id} (${file}) is carried by no test: title one "[${id}] ..."`)
  }
  for (const fault of faults) say(fault)
  const later = [...rules.values()].filter((rule) => rule.later).length
  say(`${rules.size} rules, ${carried.size} carried by tests, ${later} for later, ${faults.length} faults`)
  return faults.length === 0 ? 0 : 1
})
