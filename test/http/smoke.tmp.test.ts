import { test } from 'vitest'
import { startTestServer } from '#test/support/server.ts'
test('smoke', async () => {
  const s = await startTestServer()
  const get = async (cookie: string, path: string, init: RequestInit = {}) => {
    const r = await fetch(s.url + path, { ...init, headers: { cookie, ...(init.body ? { 'content-type': 'application/json' } : {}), origin: s.url } })
    const t = await r.text()
    console.log(init.method ?? 'GET', path, r.status, t.slice(0, 700))
    try { return JSON.parse(t) } catch { return t }
  }
  const us = await s.signIn('us-cochair-semiconductors')
  const sec = await s.signIn('secretariat')
  await get(us, '/api/initiative')
  await get(us, '/api/groups/semiconductors')
  await get(us, '/api/documents')
  await get(us, '/api/documents/semiconductors-mou/threads')
  await get(us, '/api/documents/semiconductors-mou/history')
  const list = await get(us, '/api/documents/semiconductors-mou/snapshots')
  const id = list.snapshots[0].id
  await get(us, `/api/snapshots/${id}`)
  await get(us, `/api/snapshots/${id}/restore`, { method: 'POST' })
  console.log(await get(us, `/api/snapshots/${id}/export?format=markdown&language=ja`))
  await get(us, `/api/snapshots/${id}/export?format=html`)
  const taken = await get(sec, '/api/documents/semiconductors-mou/snapshots', { method: 'POST', body: JSON.stringify({ label: 'x' }) })
  await get(us, `/api/snapshots/${id}/diff/${taken.id}`)
  await get(us, '/api/documents', { method: 'POST', body: JSON.stringify({ group: 'semiconductors', kind: 'note', title: { en: 'Hello World', ja: 'こんにちは' } }) })
  await get(us, '/api/openapi.json')
  await get(us, '/healthz'); await get(us, '/readyz')
  await get(us, '/api/nothing'); await get(us, '/sync/x')
  await get(us, '/api/session', { method: 'POST', body: JSON.stringify({ persona: 'nobody', language: 'fr' }) })
  await get(us, '/api/session', { method: 'PUT' })
  await s.stop()
})
