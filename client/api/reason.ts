/** Says why something that was asked of the server was not done. */
import { useMessages } from '#client/i18n/messages.ts'
import { ApiError } from './call.ts'
import { reasonMessages } from './messages.ts'

const reasons = {
  0: 'unreachable',
  400: 'unusable',
  401: 'signedOut',
  403: 'forbidden',
  404: 'missing',
  409: 'conflict',
  413: 'tooLong',
  422: 'unusable',
  429: 'tooOften',
  503: 'unavailable',
} as const

const isKnown = (status: number): status is keyof typeof reasons => Object.hasOwn(reasons, status)

/** The reason behind an error, as a sentence in the reader's language. What the server did not say are words of ours already. */
export function useReason(): (error: unknown) => string {
  const t = useMessages(reasonMessages)
  return (error) => {
    if (error instanceof ApiError) return t(isKnown(error.status) ? reasons[error.status] : 'failed')
    return error instanceof Error ? error.message : t('failed')
  }
}
