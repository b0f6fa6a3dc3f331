/** Conversation: starting, answering, editing, resolving, disposing; and anchors that follow the text. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createComment,
  createThread,
  listReaders,
  listThreads,
  markThreadRead,
  publishThread,
  updateComment,
  updateThread,
} from '#shared/api/threads.ts'
import { manualClock, settled } from '#test/support/memory-log.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, readEvents, type Caller } from './client.ts'
import { anchorFor, replaceWords } from './text.ts'

const mou = { id: 'semiconductors-mou' }
let server: TestServer
let us: Caller
let jp: Caller
let panel: Caller

beforeAll(async () => {
  server = await startTestServer()
  us = await actingAs(server, 'us-cochair-semiconductors')
  jp = await actingAs(server, 'jp-cochair-semiconductors')
  panel = await actingAs(server, 'panelist-semiconductors')
})
afterAll(() => server.stop())

const start = (who: Caller, body: object) =>
  who.call(createThread, { params: mou, body: { audience: 'joint', body: 'A word on this', ...body } })

describe('conversation', () => {
  test('[T9][T13] an answer reaches everyone who may read the thread, with whom it mentions', async () => {
    const { id } = await start(us, {})
    const events = await readEvents(server, us.cookie)
    const body = { body: 'Agreed', mentions: ['us-cochair-semiconductors', 'us-cochair-semiconductors'] }
    const answered = await jp.call(createComment, { params: { id }, body })
    expect(answered.comments).toHaveLength(2)
    const event = await events.until('thread')
    expect(event).toMatchObject({ thread: id, change: 'answered', mentions: ['us-cochair-semiconductors'] })
    expect(event.by?.id).toBe('jp-cochair-semiconductors')
    events.close()
  })

  test('[T13] people who may not read the thread cannot be mentioned, and nothing is written', async () => {
    const before = await us.call(listThreads, { params: mou })
    const mention = (audience: string, ...mentions: string[]) =>
      us.expectRefused(createThread, { params: mou, body: { audience, body: 'Look', mentions } }, 422)
    const problem = await mention('delegation', 'us-drafter-semiconductors', 'jp-cochair-semiconductors')
    expect(problem.errors?.[0]?.path).toBe('mentions.1')
    await mention('joint', 'panelist-semiconductors')
    await mention('joint', 'us-cochair-ai')
    await mention('joint', 'nobody-at-all')
    expect(await us.call(listThreads, { params: mou })).toEqual(before)
  })

  test('[T10] markup in a comment is kept as the words that were written', async () => {
    const words = '<img src=x onerror="alert(1)"> & <b>bold</b>\n**not bold**'
    const { comments } = await start(us, { body: words, proposal: '<script>alert(2)</script>' })
    expect(comments[0]?.body).toBe(words)
    expect(comments[0]?.proposal).toBe('<script>alert(2)</script>')
    const { headers, text } = await jp.send('GET', '/api/documents/semiconductors-mou/threads')
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(text).toContain(JSON.stringify(words))
  })

  test('[T11] an author edits their own comment, which then says so; nobody else does', async () => {
    const { id, comments } = await start(us, { body: 'First try' })
    const params = { id, comment: comments[0]?.id ?? '' }
    await jp.expectRefused(updateComment, { params, body: { body: 'Not mine' } }, 403)
    const edited = await us.call(updateComment, { params, body: { body: 'Second try' } })
    expect(edited.comments[0]).toMatchObject({ body: 'Second try' })
    expect(edited.comments[0]?.editedAt).not.toBeNull()
    const unknown = { ...params, comment: '00000000-0000-4000-8000-000000000000' }
    await us.expectRefused(updateComment, { params: unknown, body: { body: 'x' } }, 404)
  })

  test('[T12] a thread is resolved and reopened by those who may, and keeps its comments', async () => {
    const { id } = await start(us, {})
    await jp.call(createComment, { params: { id }, body: { body: 'Yes' } })
    const linked = await actingAs(server, 'us-cochair-investment')
    await linked.expectRefused(updateThread, { params: { id }, body: { status: 'resolved' } }, 403)
    await us.call(updateThread, { params: { id }, body: { status: 'resolved' } })
    const resolved = await jp.call(updateThread, { params: { id }, body: { status: 'resolved' } })
    expect(resolved).toMatchObject({ status: 'resolved', resolved: { by: { id: 'us-cochair-semiconductors' } } })
    const reopened = await us.call(updateThread, { params: { id }, body: { status: 'open' } })
    expect(reopened).toMatchObject({ status: 'open', resolved: null })
    expect(reopened.comments).toHaveLength(2)
    await us.expectRefused(updateThread, { params: { id }, body: {} }, 422)
  })

  test('[T12] a joint thread is resolved once a person of each party has said so, and either side takes that back by reopening it', async () => {
    const { id } = await start(us, {})
    const set = (who: Caller, status: string) => who.call(updateThread, { params: { id }, body: { status } })
    const says = (persona: string) => ({ by: { id: persona } })
    const drafter = await actingAs(server, 'us-drafter-semiconductors')
    const said = await set(us, 'resolved')
    expect(said).toMatchObject({ status: 'open', resolved: null, resolving: says('us-cochair-semiconductors') })
    // A second key of the same party is none.
    expect(await set(drafter, 'resolved')).toMatchObject({ status: 'open', resolving: { agreed: [] } })
    expect(await set(jp, 'open')).toMatchObject({ status: 'open', resolved: null, resolving: null })
    expect(await set(jp, 'resolved')).toMatchObject({ resolving: says('jp-cochair-semiconductors') })
    expect(await set(drafter, 'resolved')).toMatchObject({
      status: 'resolved',
      resolving: null,
      resolved: { ...says('jp-cochair-semiconductors'), agreed: [says('us-drafter-semiconductors')] },
    })
    expect((await us.call(listThreads, { params: mou })).threads.find((thread) => thread.id === id)?.status).toBe(
      'resolved',
    )
  })

  test('[T12] two parties who say at once that a joint thread is resolved are both heard', async () => {
    const { id } = await start(us, {})
    const body = { status: 'resolved' }
    const answers = await Promise.all([us, jp].map((who) => who.call(updateThread, { params: { id }, body })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['open', 'resolved'])
  })

  test('[T12] a thread of one delegation, and one with the panel, takes one person to be resolved', async () => {
    for (const audience of ['delegation', 'panel'] as const) {
      const { id } = await start(us, { audience })
      const resolved = await us.call(updateThread, { params: { id }, body: { status: 'resolved' } })
      expect(resolved).toMatchObject({ status: 'resolved', resolving: null })
    }
  })

  test('[T9] what others wrote is unread until it is marked read or answered', async () => {
    const { id, unread } = await start(us, {})
    expect(unread).toBe(0)
    const seenBy = async (who: Caller) =>
      (await who.call(listThreads, { params: mou })).threads.find((thread) => thread.id === id)?.unread
    expect(await seenBy(jp)).toBe(1)
    await jp.call(markThreadRead, { params: { id } })
    expect(await seenBy(jp)).toBe(0)
    await jp.call(createComment, { params: { id }, body: { body: 'Yes' } })
    expect(await seenBy(us)).toBe(1)
    await us.call(createComment, { params: { id }, body: { body: 'Good' } })
    expect(await seenBy(us)).toBe(0)
  })
})

describe('the panel', () => {
  test('[T14] a panelist proposes a wording for a passage', async () => {
    const anchor = await anchorFor(server.rooms, mou.id, 'en', 'hereinafter each a “Participant”')
    const thread = await start(panel, { audience: 'panel', anchor, proposal: 'each a “Participant”' })
    expect(thread.comments[0]?.proposal).toBe('each a “Participant”')
    expect(thread.anchor?.quote.exact).toBe('hereinafter each a “Participant”')
  })

  test('[T16] a co-chair of the group records what became of a panel comment, visible to the panel', async () => {
    const { id } = await start(panel, { audience: 'panel' })
    const body = { disposition: { decision: 'partly', reason: 'The term is used in the other texts.' } }
    for (const persona of ['panelist-semiconductors', 'us-drafter-semiconductors', 'secretariat']) {
      const someone = await actingAs(server, persona)
      await someone.expectRefused(updateThread, { params: { id }, body }, 403)
    }
    await jp.call(updateThread, { params: { id }, body })
    const { threads } = await panel.call(listThreads, { params: mou })
    expect(threads.find((thread) => thread.id === id)?.disposition).toMatchObject({
      decision: 'partly',
      reason: 'The term is used in the other texts.',
      by: { id: 'jp-cochair-semiconductors' },
    })
    const taken = await us.call(updateThread, { params: { id }, body: { disposition: null } })
    expect(taken.disposition).toBeNull()
  })

  test('[T16] the other side agrees to a disposition as it reads, once, and a new one is agreed to anew', async () => {
    const { id } = await start(panel, { audience: 'panel' })
    const disposition = { decision: 'partly', reason: 'The term is used in the other texts.' }
    const agree = async (caller: Caller) =>
      (await caller.call(updateThread, { params: { id }, body: { agree: disposition } })).disposition
    await us.expectRefused(updateThread, { params: { id }, body: { agree: disposition } }, 409)
    await jp.call(updateThread, { params: { id }, body: { disposition } })
    expect((await agree(jp))?.agreed).toEqual([])
    for (const persona of ['panelist-semiconductors', 'us-drafter-semiconductors']) {
      const someone = await actingAs(server, persona)
      await someone.expectRefused(updateThread, { params: { id }, body: { agree: disposition } }, 403)
    }
    const other = { agree: { ...disposition, reason: 'Something else.' } }
    await us.expectRefused(updateThread, { params: { id }, body: other }, 409)
    expect((await agree(us))?.agreed).toMatchObject([{ by: { id: 'us-cochair-semiconductors' } }])
    expect((await agree(us))?.agreed).toHaveLength(1)
    const { threads } = await panel.call(listThreads, { params: mou })
    expect(threads.find((thread) => thread.id === id)?.disposition?.agreed).toHaveLength(1)
    const changed = await us.call(updateThread, {
      params: { id },
      body: { disposition: { ...disposition, reason: 'Anew.' } },
    })
    expect(changed.disposition).toMatchObject({ by: { id: 'us-cochair-semiconductors' }, agreed: [] })
  })

  test('[T16] a thread without the panel carries no disposition', async () => {
    const { id } = await start(us, {})
    const body = { disposition: { decision: 'accepted', reason: 'Fine' } }
    await us.expectRefused(updateThread, { params: { id }, body }, 422)
  })
})

describe('putting a wording into the text', () => {
  const passage = 'devote substantial public funds'

  test('[T15] a proposal keeps the words that it would replace, as they stand in the text when it is made', async () => {
    await using own = await startTestServer()
    const [expert, cochair] = await Promise.all([
      actingAs(own, 'panelist-semiconductors'),
      actingAs(own, 'us-cochair-semiconductors'),
    ])
    const anchor = await anchorFor(own.rooms, mou.id, 'en', passage)
    await replaceWords(own.rooms, mou.id, 'jp-cochair-semiconductors', 'substantial public', 'large public')
    const said = { audience: 'panel', body: 'Shorter', proposal: 'spend public money' }
    const first = await expert.call(createThread, { params: mou, body: { ...said, anchor } })
    expect(first.comments[0]?.replaces).toBe('devote large public funds')

    await replaceWords(own.rooms, mou.id, 'jp-cochair-semiconductors', 'large public', 'public')
    const params = { id: first.id }
    const answered = await cochair.call(createComment, { params, body: { body: 'Or so', proposal: 'provide funds' } })
    const plain = await cochair.call(createComment, { params, body: { body: 'No wording' } })
    expect(answered.comments.map(({ replaces }) => replaces)).toEqual([
      'devote large public funds',
      'devote public funds',
    ])
    expect(plain.comments[2]?.replaces).toBeNull()

    await replaceWords(own.rooms, mou.id, 'jp-cochair-semiconductors', 'devote public funds', '')
    const gone = await cochair.call(createComment, { params, body: { body: 'Gone', proposal: 'provide funds' } })
    expect(gone.comments[3]?.replaces).toBeNull()
    const whole = await expert.call(createThread, { params: mou, body: said })
    expect(whole.comments[0]?.replaces).toBeNull()
    const { threads } = await cochair.call(listThreads, { params: mou })
    expect(threads.find(({ id }) => id === first.id)?.comments[0]?.replaces).toBe('devote large public funds')
  })

  test('[T14] the thread of a wording that was applied stands on the whole new wording', async () => {
    await using own = await startTestServer()
    const [expert, cochair] = await Promise.all([
      actingAs(own, 'panelist-semiconductors'),
      actingAs(own, 'us-cochair-semiconductors'),
    ])
    const wording = 'are spending very considerable amounts of public money'
    const said = { audience: 'panel', body: 'Plainer', proposal: wording }
    const anchor = await anchorFor(own.rooms, mou.id, 'en', passage)
    const { id } = await expert.call(createThread, { params: mou, body: { ...said, anchor } })
    await replaceWords(own.rooms, mou.id, 'us-cochair-semiconductors', passage, wording)
    const applied = await anchorFor(own.rooms, mou.id, 'en', wording)

    const patch = (who: Caller, body: object, status: number) =>
      who.expectRefused(updateThread, { params: { id }, body }, status)
    await patch(expert, { anchor: applied }, 403)
    await patch(await actingAs(own, 'secretariat'), { anchor: applied }, 403)
    const quote = { exact: 'words that nobody wrote', prefix: '', suffix: '' }
    await patch(cochair, { anchor: { ...applied, start: '', end: '', quote } }, 422)
    await patch(cochair, { anchor: { ...applied, language: 'ja' } }, 422)
    await patch(cochair, { anchor: { ...applied, clause: '00000000-0000-4000-8000-000000000000' } }, 422)

    const disposition = { decision: 'accepted', reason: 'Taken in.' }
    const body = { anchor: { ...applied, quote: { ...applied.quote, exact: 'a lie' } }, disposition }
    const updated = await cochair.call(updateThread, { params: { id }, body })
    expect(updated).toMatchObject({ orphaned: false, disposition: { decision: 'accepted' } })
    expect(updated.anchor?.quote.exact).toBe(wording)
    const { threads } = await expert.call(listThreads, { params: mou })
    expect(threads.find((thread) => thread.id === id)?.anchor?.quote.exact).toBe(wording)
  })
})

describe('publishing', () => {
  test('[T22][T1] the chosen words of a private thread become a joint thread of the publisher, and nothing else is told', async () => {
    await using own = await startTestServer()
    const as = (persona: string) => actingAs(own, persona)
    const [chair, drafter, theirs] = await Promise.all([
      as('us-cochair-semiconductors'),
      as('us-drafter-semiconductors'),
      as('jp-cochair-semiconductors'),
    ])
    const words = 'substantial public funds'
    const anchor = await anchorFor(own.rooms, mou.id, 'en', words)
    const mentions = ['us-cochair-semiconductors']
    const said = { audience: 'delegation', body: 'Say it openly', proposal: 'public funds', mentions, anchor }
    const hidden = await drafter.call(createThread, { params: mou, body: said })
    const params = { id: hidden.id }
    await chair.call(createComment, { params, body: { body: 'Our fallback stays with us' } })
    const { comments } = await chair.call(createComment, { params, body: { body: 'And this as well' } })
    await replaceWords(own.rooms, mou.id, 'jp-cochair-semiconductors', 'substantial', 'large')
    const before = await drafter.call(listThreads, { params: mou })

    const events = await readEvents(own, theirs.cookie)
    const chosen = [comments[2]?.id, comments[0]?.id]
    const copy = await chair.call(publishThread, { params, body: { comments: chosen, passage: true } })
    expect((await events.until('thread')).thread).toBe(copy.id)
    const { threads } = await theirs.call(listThreads, { params: mou })
    const seen = threads.find(({ id }) => id === copy.id)
    expect(seen).toMatchObject({ audience: 'joint', party: null, orphaned: false, disposition: null })
    expect(seen?.anchor?.quote.exact).toBe('large public funds')
    expect(seen?.comments).toMatchObject([
      { author: { id: 'us-cochair-semiconductors' }, body: 'Say it openly', proposal: 'public funds', mentions: [] },
      { author: { id: 'us-cochair-semiconductors' }, body: 'And this as well', proposal: null, editedAt: null },
    ])
    expect(seen?.comments[0]?.replaces).toBe('large public funds')
    expect(seen?.comments.every(({ createdAt }) => createdAt === copy.createdAt)).toBe(true)
    // No byte of what is the delegation's own: neither its ids, nor its times, nor who else spoke.
    const bytes = events.bytes() + JSON.stringify(seen)
    const secrets = [hidden.id, ...comments.flatMap(({ id, createdAt }) => [id, createdAt]), 'fallback', 'us-drafter']
    expect(secrets.filter((secret) => bytes.includes(secret))).toEqual([])
    // And the private one stays as it was.
    const after = await drafter.call(listThreads, { params: mou })
    expect(after.threads.filter(({ id }) => id !== copy.id)).toEqual(before.threads)
    events.close()
  })

  test('[T22] what cannot be published as it was shown is not, and nobody else hears that it was tried', async () => {
    const anchor = await anchorFor(server.rooms, mou.id, 'en', 'Participants intend')
    const quote = { exact: 'words that are gone by now', prefix: '', suffix: '' }
    const gone = await start(us, { audience: 'delegation', anchor: { ...anchor, start: '', end: '', quote } })
    const params = { id: gone.id }
    const comments = gone.comments.map(({ id }) => id)
    const before = await jp.call(listThreads, { params: mou })
    await us.expectRefused(publishThread, { params, body: { comments, passage: true } }, 409)
    await us.expectRefused(publishThread, { params, body: { comments: [gone.id], passage: false } }, 422)
    await us.expectRefused(publishThread, { params, body: { comments: [], passage: false } }, 422)
    for (const who of [jp, panel]) {
      await who.expectRefused(publishThread, { params, body: { comments, passage: false } }, 404)
    }
    const open = await start(us, {})
    const openly = { comments: open.comments.map(({ id }) => id), passage: false }
    await us.expectRefused(publishThread, { params: { id: open.id }, body: openly }, 403)
    const { threads } = await jp.call(listThreads, { params: mou })
    expect(threads.filter(({ id }) => id !== open.id)).toEqual(before.threads)

    const copy = await us.call(publishThread, { params, body: { comments, passage: false } })
    expect(copy).toMatchObject({ audience: 'joint', anchor: null, orphaned: false })
  })
})

describe('who may be mentioned', () => {
  test('[T13] the people of a document are those who may open it, linked co-chairs and the bodies above among them', async () => {
    const ids = async (who: Caller) => (await who.call(listReaders, { params: mou })).people.map(({ id }) => id)
    const readers = await ids(us)
    expect(readers).toEqual(
      expect.arrayContaining(['jp-drafter-semiconductors', 'us-cochair-investment', 'secretariat', 'jp-committee']),
    )
    expect(readers).not.toContain('us-drafter-investment')
    expect(readers).not.toContain('us-cochair-ai')
    expect(readers).not.toContain('us-principal')
    const outsider = await actingAs(server, 'us-drafter-ai')
    await outsider.expectRefused(listReaders, { params: mou }, 404)
    const mentions = ['us-cochair-investment', 'secretariat', 'jp-committee']
    expect((await start(us, { mentions })).comments[0]?.mentions).toEqual(mentions)
  })
})

describe('anchors', () => {
  test('[T3][T7] an anchor follows its passage as the text is edited, and keeps the quote when the passage is gone', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const writer = await actingAs(timed, 'us-cochair-semiconductors')
    const words = 'substantial public funds'
    const anchor = await anchorFor(timed.rooms, mou.id, 'en', words)
    const body = { audience: 'joint', body: 'How much?', anchor }
    const { id } = await writer.call(createThread, { params: mou, body })
    const events = await readEvents(timed, writer.cookie)
    const edit = (from: string, to: string) => replaceWords(timed.rooms, mou.id, 'jp-cochair-semiconductors', from, to)
    const stored = async () => await timed.storage.threads.get(id)

    await edit('public', 'large public')
    expect((await stored())?.anchor?.quote.exact).toBe(words)
    clock.advance(4000)
    for (let seen = ''; seen !== id;) seen = (await events.until('thread')).thread
    expect((await stored())?.anchor?.quote.exact).toBe('substantial large public funds')

    await edit('substantial large public funds', '')
    const { threads } = await writer.call(listThreads, { params: mou })
    const orphan = threads.find((thread) => thread.id === id)
    expect(orphan).toMatchObject({ orphaned: true })
    expect(orphan?.anchor?.quote.exact).toBe('substantial large public funds')

    // Restored words take their thread back.
    await edit('both governments devote ', 'both governments devote substantial large public funds')
    const { threads: again } = await writer.call(listThreads, { params: mou })
    expect(again.find((thread) => thread.id === id)?.orphaned).toBe(false)
    events.close()
    await timed.stop()
  })

  test('[T7] an anchor to words that are not there yet is kept as an orphan', async () => {
    const anchor = await anchorFor(server.rooms, mou.id, 'en', 'Participants intend')
    const quote = { exact: 'words that nobody wrote so far', prefix: '', suffix: '' }
    const thread = await start(us, { anchor: { ...anchor, start: '', end: '', quote } })
    expect(thread.orphaned).toBe(true)
    expect(thread.anchor?.quote.exact).toBe(quote.exact)
  })

  test('[T9] an anchored thread that did not move is not told of again', async () => {
    const clock = manualClock()
    const timed = await startTestServer({ clock })
    const seen: string[] = []
    timed.cluster.subscribe((message) => seen.push(message.type))
    await replaceWords(timed.rooms, mou.id, 'jp-cochair-semiconductors', 'Participants', 'Sides')
    clock.advance(4000)
    await timed.rooms.read(mou.id, () => null)
    await settled()
    expect(seen).toContain('committed')
    expect(seen).not.toContain('thread')
    await timed.stop()
  })
})
