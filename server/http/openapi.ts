/** The description of the API, generated from what is served. */
import type { App } from './context.ts'
import { sessionCookie } from './session.ts'

const openApiPath = '/api/openapi.json'

/** Call it when all endpoints are registered. */
export function serveOpenApi(app: App): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
  })
  const description = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Alternat',
      version: '1',
      description:
        'The record of an initiative: documents, threads, versions, events. Texts are edited over the live connection /sync/{document}, which speaks the y-websocket protocol.',
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }],
  })
  app.get(openApiPath, (c) => c.json(description))
}
