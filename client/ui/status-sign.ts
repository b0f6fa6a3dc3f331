/** The name under which a status's sign stands on every page, for what is drawn without React. */
import type { Status } from '#shared/domain/documents.ts'

/** The id of a status's sign. */
export const statusSignId = (status: Status): string => `status-sign-${status}`
