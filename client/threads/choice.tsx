/** One of a few, side by side: arrow keys move between them, as in any group of radio buttons. */
import { Radio, VisuallyHidden } from '@mantine/core'
import type { CSSProperties, ReactNode } from 'react'
import classes from './threads.module.css'

export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
  attributesOf,
  children,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly Value[]
  readonly onChange: (value: Value) => void
  readonly attributesOf?: (option: Value) => { readonly 'data-audience': string; readonly style: CSSProperties }
  readonly children: (option: Value) => ReactNode
}) {
  return (
    <Radio.Group<Value> label={<VisuallyHidden>{label}</VisuallyHidden>} value={value} onChange={onChange}>
      <div className={classes.choice}>
        {options.map((option) => (
          <Radio.Card key={option} value={option} className={classes.option} {...attributesOf?.(option)}>
            {children(option)}
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}
