/** Why something was not done, said where it was asked for. */
import { Alert } from '@mantine/core'

/** Nothing while there is no error. `reason` says it in the reader's language. */
export function NotDone({
  error,
  reason,
}: {
  readonly error: Error | null
  readonly reason: (error: Error) => string
}) {
  return error === null ? null : (
    <Alert color="red" role="alert">
      {reason(error)}
    </Alert>
  )
}
