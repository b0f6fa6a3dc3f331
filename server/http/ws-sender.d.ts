/** What `ws` exports but its declarations leave out: how it frames a message. */
import 'ws'

declare module 'ws' {
  export const Sender: {
    frame(
      data: Uint8Array,
      options: { fin: boolean; opcode: number; mask: boolean; readOnly: boolean; rsv1: boolean },
    ): Buffer[]
  }
}
