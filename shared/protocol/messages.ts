/**
 * The wire: the y-websocket protocol (y-protocols 1.0) plus Alternat's own messages, which go only to clients that ask for them
 * with `?v=1`. Every message is a frame of its own and starts with its type as a variable-length unsigned integer.
 */

/** Message types of the y-websocket protocol. */
export const messageType = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  /** `101 n`: sent by a client after its updates, echoed once everything earlier on that connection is on disk. */
  acknowledge: 101,
  /** `102 token`: the client presents a fresh session token. */
  reauthenticate: 102,
  /** `103 n code`: updates after acknowledgement `n` were not accepted; the connection closes with `code`. */
  refused: 103,
} as const

/** Kinds of a sync message, the second integer of a frame of type `sync`. */
export const syncType = { step1: 0, step2: 1, update: 2 } as const

/** The name of the one shared type that holds a document's text. */
export const bodyName = 'body'

/** The version of Alternat's own messages, asked for with `?v=`. */
export const protocolVersion = 1

/** Close codes. 44xx are final: the stock provider stops. 45xx are transient: it comes back. */
export const closeCode = {
  unauthenticated: 4401,
  forbidden: 4403,
  notFound: 4404,
  wrongEpoch: 4409,
  /** A frame that cannot be read, or that is too large. */
  malformed: 4400,
  clientTooOld: 4426,
  unavailable: 4503,
} as const

export type CloseCode = (typeof closeCode)[keyof typeof closeCode]

/** Query parameters of `/sync/{documentId}`, all optional so that any stock client is served. */
export const syncParameter = {
  version: 'v',
  token: 'token',
  epoch: 'epoch',
  schemaVersion: 'schema',
  /** The seat, by the id of the membership, in which a page that has several opened the document. */
  seat: 'seat',
} as const

/** The largest frame a client may send, in bytes. */
export const maxFrameBytes = 4 * 1024 * 1024
