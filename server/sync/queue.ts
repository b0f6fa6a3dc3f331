/** What waits in a room, in lanes that take turns: whoever sends much waits behind themselves, and nobody else waits behind them. */
import type { Task } from './tasks.ts'

type Lane = { readonly tasks: Task[]; next: number }

/** To close the gap at a lane's beginning costs a copy of what waits. */
const trimAt = 1024

/** One lane for each user, and one for what the server asks of the text itself; in each, first come, first served. */
export class TaskQueue {
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Lane>()
  #length = 0

  get length(): number {
    return this.#length
  }

  push(task: Task): void {
    const key = laneOf(task)
    const lane = this.#lanes.get(key)
    if (lane === undefined) this.#lanes.set(key, { tasks: [task], next: 0 })
    else lane.tasks.push(task)
    this.#length += 1
  }

  /** Takes so many out, or all there are: one of each lane in turn. A command is taken alone: it sees the text between two batches. */
  take(most: number): Task[] {
    const taken: Task[] = []
    while (taken.length < most) {
      const [first] = this.#lanes
      if (first === undefined) break
      const [key, lane] = first
      const isCommand = lane.tasks[lane.next]?.type === 'command'
      if (isCommand && taken.length > 0) break
      const share = this.#lanes.size === 1 && !isCommand ? most - taken.length : 1
      const own = untilCommand(lane.tasks.slice(lane.next, lane.next + share))
      for (const task of own) taken.push(task)
      lane.next += own.length
      this.#length -= own.length
      // What was taken must not stay in memory for as long as the lane is never empty.
      if (lane.next >= trimAt) {
        lane.tasks.splice(0, lane.next)
        lane.next = 0
      }
      this.#lanes.delete(key)
      if (lane.next < lane.tasks.length) this.#lanes.set(key, lane)
      if (isCommand) break
    }
    return taken
  }

  takeAll(): Task[] {
    const taken: Task[] = []
    while (this.#length > 0) for (const task of this.take(this.#length)) taken.push(task)
    return taken
  }

  some(test: (task: Task) => boolean): boolean {
    for (const { tasks, next } of this.#lanes.values())
      if (tasks.some((task, at) => at >= next && test(task))) return true
    return false
  }
}

/** The first of the tasks, and those behind it up to a command. */
function untilCommand(tasks: Task[]): Task[] {
  const at = tasks.findIndex(({ type }, index) => index > 0 && type === 'command')
  return at < 0 ? tasks : tasks.slice(0, at)
}

const laneOf = (task: Task): string => ('session' in task ? task.session.visitor.actor.id : '')
