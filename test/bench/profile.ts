/** Where a server's time went, from the CPU profile that Node wrote when it ended. */
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

const shown = 15

/** The functions that took most time themselves, in the newest profile of `folder`, which is then named after the server. */
export function hotFunctions(folder: string, server: string): string {
  const files = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.startsWith('CPU.'))
  // The largest one is the event loop's; the others are its worker threads'.
  const file = files.toSorted((a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size)[0]
  if (file === undefined) return '      no profile was written'
  const { nodes, samples, timeDeltas } = Profile.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
  for (const name of files) renameSync(join(folder, name), join(folder, `${server}-${name.slice(4)}`))
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const own = new Map<string, number>()
  let busy = 0
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    const micros = timeDeltas[index] ?? 0
    if (frame === undefined || frame.functionName === '(idle)' || frame.functionName === '(program)') continue
    busy += micros
    const place =
      frame.url === '' ? '' : ` ${frame.url.replace(/^.*\/(?:node_modules|dist)\//, '')}:${frame.lineNumber + 1}`
    const name = `${frame.functionName || '(anonymous)'}${place}`
    own.set(name, (own.get(name) ?? 0) + micros)
  }
  return [...own]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([name, micros]) => `      ${((micros / busy) * 100).toFixed(1).padStart(5)} %  ${name}`)
    .join('\n')
}
