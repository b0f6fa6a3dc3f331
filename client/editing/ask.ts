/** Asking an open document for one of its commands, from wherever on its page. */
import { createContext, useContext } from 'react'
import { useMessages } from '#client/i18n/messages.ts'
import { commandMessages } from './command-messages.ts'
import { commands, type CommandId } from './commands.ts'
import { keyLabel } from './keys.ts'

export type Ask = {
  /** Whether a command can be asked for now; `clause` is the one that is meant, else that with the caret. */
  readonly can: (command: CommandId, clause?: string) => boolean
  /** Does it; false where nothing came of it. */
  readonly run: (command: CommandId, clause?: string) => boolean
}

/** Null until the editor is there. */
export const AskContext = createContext<Ask | null>(null)

/** How to ask the open document that the caller is drawn in. Throws where there is none. */
export function useAsk(): Ask {
  const ask = useContext(AskContext)
  if (ask === null) throw new Error('There is no open document here')
  return ask
}

/** The first key of a command as the reader's keyboard calls it; null for one without. */
export function keyOf(command: CommandId): string | null {
  const [key] = commands[command].keys ?? []
  return key === undefined ? null : keyLabel(key)
}

/** What a command is called, with its key where a tool shows it on hover: `Bold (Ctrl B)`. */
export function useCommandTitle(): (command: CommandId) => string {
  const t = useMessages(commandMessages)
  return (command) => {
    const key = keyOf(command)
    return key === null ? t(command) : `${t(command)} (${key})`
  }
}
