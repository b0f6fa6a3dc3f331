/** Pending changes over HTTP: proposed, accepted, declined, withdrawn, settled, and the phases of a text. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  acceptChange,
  changePhase,
  declineChange,
  listChanges,
  proposeChange,
  settlePlace,
  withdrawChange,
} from '#shared/api/changes.ts'
import { createDocument } from '#shared/api/document-changes.ts'
import { getDocument } from '#shared/api/documents.ts'
import { clauseJson, appendJson, readClauses } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { line, run } from '../support/changes.ts'
import { actorOf } from '../support/peer.ts'
import { actingAs, type Caller } from './client.ts'

let server: TestServer
let us: Caller
let jp: Caller
let drafter: Caller
const chair = 'us-cochair-ai'
beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, chair)
  jp = await actingAs(server, 'jp-cochair-ai')
  drafter = await actingAs(server, 'jp-drafter-ai')
})
afterAll(() => server.stop())

let clauses = 0

/** A new document of one clause with that sentence. */
async function documentWith(sentence: string) {
  const { id } = await us.call(createDocument, { body: { group: 'ai', kind: 'note', title: { en: 'T', ja: '題' } } })
  clauses += 1
  const clause = `00000000-0000-4000-8000-${String(clauses).padStart(12, '0')}`
  const nodes = [clauseJson({ id: clause, kind: 'article' }, { en: [line([run(sentence)])] })]
  await server.rooms.edit(id, actorOf(chair), (body) => appendJson(body, nodes, null))
  const propose = async (who: Caller, exact: string, words: string) => {
    const body = { clause, language: 'en', exact, with: words }
    return (await who.call(proposeChange, { params: { id }, body })).changes
  }
  const list = async (who = us) => (await who.call(listChanges, { params: { id } })).changes
  const words = () =>
    server.rooms.read(
      id,
      (doc) => readClauses(doc.getXmlFragment(bodyName)).find((each) => each.id === clause)?.text.en,
    )
  return { id, clause, propose, list, words }
}

const idIn = (changes: readonly { id: string }[], index = 0) => changes[index]?.id ?? ''

describe('pending changes', () => {
  test('[N3] a proposed wording stands beside the old one until the other party has accepted both, and becomes the text then', async () => {
    const { propose, list, words } = await documentWith('Each side shall share data.')
    const changes = await propose(us, 'shall', 'may')
    expect(changes.map(({ deletes, inserts, party }) => [deletes, inserts, party])).toEqual([
      ['shall', '', 'us'],
      ['', 'may', 'us'],
    ])
    expect(changes[0]?.place).toBe(changes[1]?.place)
    expect(await words()).toBe('Each side shallmay share data.')
    expect(await list(drafter)).toEqual(changes)
    for (const { id } of changes) {
      await us.expectRefused(acceptChange, { params: { id }, body: {} }, 409)
      expect(await drafter.call(acceptChange, { params: { id }, body: {} })).toEqual({ settled: true })
      await drafter.expectRefused(acceptChange, { params: { id }, body: {} }, 404)
    }
    expect(await words()).toBe('Each side may share data.')
    expect(await list()).toEqual([])
  })

  test('[N3] a change that is declined stays with the reason, and its own party withdraws it without a trace', async () => {
    const { propose, list, words } = await documentWith('Each side shall share data.')
    const id = idIn(await propose(jp, 'data', ''))
    await jp.expectRefused(declineChange, { params: { id }, body: {} }, 409)
    await us.call(declineChange, { params: { id }, body: { reason: 'Too wide.' } })
    expect((await list())[0]?.declined).toEqual([{ party: 'us', reason: 'Too wide.' }])
    await us.expectRefused(withdrawChange, { params: { id } }, 403)
    expect(await drafter.call(withdrawChange, { params: { id } })).toEqual({ settled: true })
    expect([await words(), await list()]).toEqual(['Each side shall share data.', []])
  })

  test('[N3] accepting a change that has changed since it was read is refused, with what it says now', async () => {
    const { propose } = await documentWith('Each side shall share data.')
    const id = idIn(await propose(jp, 'data', ''))
    const problem = await us.expectRefused(acceptChange, { params: { id }, body: { deletes: 'other' } }, 409)
    expect(problem.detail).toContain('data')
  })

  test('[N3] a place is settled on one of its wordings once the co-chairs of all parties have asked for the same', async () => {
    const { propose, list, words } = await documentWith('Each side shall share data.')
    const [, may = { id: '', place: '' }] = await propose(us, 'shall', 'may')
    const should = (await propose(jp, 'may', 'maysh')).find(({ inserts }) => inserts !== '')
    const { place } = may
    expect(should?.place).toBe(place)
    await drafter.expectRefused(settlePlace, { params: { id: place }, body: { change: may.id } }, 403)
    expect(await us.call(settlePlace, { params: { id: place }, body: { change: may.id } })).toEqual({ settled: false })
    expect(await jp.call(settlePlace, { params: { id: place }, body: { change: null } })).toEqual({ settled: false })
    expect(await words()).toBe('Each side shallmaymaysh share data.')
    expect(await jp.call(settlePlace, { params: { id: place }, body: { change: may.id } })).toEqual({ settled: true })
    expect([await words(), await list()]).toEqual(['Each side may share data.', []])
    await jp.expectRefused(settlePlace, { params: { id: place }, body: { change: null } }, 404)
  })

  test('[N3] two who accept at once are both heard, and a place settled on the base loses no letter of it', async () => {
    const { propose, words, list } = await documentWith('Each side shall share data.')
    const [struck, put] = await propose(us, 'shall', 'may')
    const body = { change: null }
    const params = { id: put?.place ?? '' }
    const answers = await Promise.all([us.call(settlePlace, { params, body }), jp.call(settlePlace, { params, body })])
    expect(answers.map(({ settled }) => String(settled)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'false',
      'true',
    ])
    expect([await words(), await list()]).toEqual(['Each side shall share data.', []])
    await jp.expectRefused(acceptChange, { params: { id: struck?.id ?? '' }, body: {} }, 404)
  })

  test('[N3] words that are not there, or more than once, are not replaced, and say so', async () => {
    const { id, clause } = await documentWith('Data and data and data.')
    const body = { clause, language: 'en', exact: 'data', with: 'facts' }
    const twice = await us.expectRefused(proposeChange, { params: { id }, body }, 409)
    expect(twice.detail).toContain('2 times')
    await us.expectRefused(proposeChange, { params: { id }, body: { ...body, exact: 'nothing' } }, 409)
    const { changes } = await us.call(proposeChange, { params: { id }, body: { ...body, suffix: '.' } })
    expect(changes).toHaveLength(2)
    const gone = { ...body, clause: '00000000-0000-4000-8000-999999999999' }
    await us.expectRefused(proposeChange, { params: { id }, body: gone }, 404)
  })

  test('[N2] a seat that may not know of a document learns nothing of its changes, and a seat that may only read it cannot make any', async () => {
    const { id, propose } = await documentWith('Each side shall share data.')
    const change = idIn(await propose(us, 'shall', 'may'))
    const stranger = await actingAs(server, 'us-cochair-investment')
    await stranger.expectRefused(listChanges, { params: { id } }, 404)
    await stranger.expectRefused(acceptChange, { params: { id: change }, body: {} }, 404)
    const secretariat = await actingAs(server, 'secretariat')
    expect((await secretariat.call(listChanges, { params: { id } })).changes).toHaveLength(2)
    await secretariat.expectRefused(acceptChange, { params: { id: change }, body: {} }, 403)
    await us.expectRefused(acceptChange, { params: { id: 'no-such-document.x' }, body: {} }, 404)
  })
})

describe('phases', () => {
  test('[N1] a text is negotiated once both co-chairs have consented; nobody writes into it directly then, and suggestions go on', async () => {
    const { id, propose, words } = await documentWith('Each side shall share data.')
    const asked = { phase: 'negotiating', pending: null }
    await drafter.expectRefused(changePhase, { params: { id }, body: { phase: 'negotiating' } }, 403)
    expect(await us.call(changePhase, { params: { id }, body: { phase: 'negotiating' } })).toEqual({
      phase: 'drafting',
      pending: { phase: 'negotiating', consents: ['us'] },
    })
    expect(await jp.call(changePhase, { params: { id }, body: { phase: 'negotiating' } })).toEqual(asked)
    expect((await us.call(getDocument, { params: { id } })).phase).toBe('negotiating')
    const typed = server.rooms.edit(id, actorOf(chair), (body) => {
      body.delete(0, 1)
    })
    await expect(typed).rejects.toThrow('suggestions only')
    const changes = await propose(jp, 'shall', 'may')
    const early = await us.expectRefused(changePhase, { params: { id }, body: { phase: 'agreed' } }, 409)
    expect(early.detail).toContain('pending')
    for (const change of changes) await us.call(acceptChange, { params: { id: change.id }, body: {} })
    expect(await words()).toBe('Each side may share data.')
    await us.call(changePhase, { params: { id }, body: { phase: 'agreed' } })
    await jp.call(changePhase, { params: { id }, body: { phase: 'agreed' } })
    await us.expectRefused(changePhase, { params: { id }, body: { phase: 'agreed' } }, 409)
    const { clause } = await documentWith('x')
    const late = { clause, language: 'en', exact: 'may', with: 'shall' }
    await us.expectRefused(proposeChange, { params: { id }, body: late }, 403)
  })

  test('[N1] a phase that is asked for is declined with a reason, and taken back by who asked for it', async () => {
    const { id } = await documentWith('Each side shall share data.')
    const say = async (who: Caller, phase: 'drafting' | 'negotiating', reason?: string) =>
      await who.call(changePhase, { params: { id }, body: { phase, ...(reason === undefined ? {} : { reason }) } })
    const read = async () => {
      const { phase, pending, pendingDeclined } = await us.call(getDocument, { params: { id } })
      return { phase, pending, pendingDeclined }
    }
    const pending = { phase: 'negotiating', consents: ['us'] }
    await say(us, 'negotiating')
    await drafter.expectRefused(changePhase, { params: { id }, body: { phase: 'drafting' } }, 403)
    expect(await say(jp, 'drafting', 'Not before Thursday.')).toEqual({ phase: 'drafting', pending })
    const pendingDeclined = [{ party: 'jp', reason: 'Not before Thursday.' }]
    expect(await read()).toEqual({ phase: 'drafting', pending, pendingDeclined })
    expect(await say(us, 'drafting')).toEqual({ phase: 'drafting', pending: null })
    expect(await read()).toEqual({ phase: 'drafting', pending: null, pendingDeclined: [] })
    await us.expectRefused(changePhase, { params: { id }, body: { phase: 'drafting' } }, 409)
    await say(us, 'negotiating')
    await say(jp, 'drafting')
    expect(await say(jp, 'negotiating')).toEqual({ phase: 'negotiating', pending: null })
  })
})

describe('several changes in one act', () => {
  test('[N3] the words struck and those put in for them are accepted together, or not at all', async () => {
    const { propose, list, words } = await documentWith('Each side shall share data.')
    const [struck, put] = await propose(us, 'shall', 'may')
    if (struck === undefined || put === undefined) throw new Error('Two changes were proposed')
    const params = { id: struck.id }
    const grown = { together: [{ id: put.id, inserts: 'might' }] }
    await jp.expectRefused(acceptChange, { params, body: grown }, 409)
    const elsewhere = { together: [{ id: 'another-document.x' }] }
    await jp.expectRefused(acceptChange, { params, body: elsewhere }, 404)
    expect((await list()).map(({ accepted }) => accepted)).toEqual([[], []])
    const body = { together: [{ id: put.id, inserts: 'may' }] }
    expect(await jp.call(acceptChange, { params, body })).toEqual({ settled: true })
    expect([await words(), await list()]).toEqual(['Each side may share data.', []])
  })

  test('[N3] an alternative is declined and withdrawn as a whole', async () => {
    const { propose, list, words } = await documentWith('Each side shall share data.')
    const [struck, put] = await propose(us, 'shall', 'may')
    if (struck === undefined || put === undefined) throw new Error('Two changes were proposed')
    const params = { id: struck.id }
    const together = [{ id: put.id }]
    await jp.call(declineChange, { params, body: { reason: 'Too weak.', together } })
    expect((await list()).map(({ declined }) => declined)).toEqual(
      [struck, put].map(() => [{ party: 'jp', reason: 'Too weak.' }]),
    )
    await jp.expectRefused(withdrawChange, { params, body: { together } }, 403)
    await us.call(withdrawChange, { params, body: { together } })
    expect([await words(), await list()]).toEqual(['Each side shall share data.', []])
  })

  test('[N3] what one party would settle a place on is told until all have asked for it, and only as it reads now', async () => {
    const { id, propose } = await documentWith('Each side shall share data.')
    const [struck] = await propose(us, 'shall', 'may')
    if (struck === undefined) throw new Error('A change was proposed')
    const settling = async () => (await jp.call(listChanges, { params: { id } })).settling
    expect(await settling()).toEqual([])
    await us.call(settlePlace, { params: { id: struck.place }, body: { change: null } })
    expect(await settling()).toEqual([{ place: struck.place, change: null, consents: ['us'] }])
    await jp.call(settlePlace, { params: { id: struck.place }, body: { change: null } })
    expect(await settling()).toEqual([])
  })
})
