/** Lets components set our own custom properties in `style`. */
import 'react'

declare module 'react' {
  // eslint-disable-next-line typescript/consistent-type-definitions -- merging needs an interface
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
