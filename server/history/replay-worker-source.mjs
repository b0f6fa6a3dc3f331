/** Starts replay-worker.ts from the sources, where there is no build: in development and in tests. */
import { register } from 'tsx/esm/api'

register()
await import('./replay-worker.ts')
