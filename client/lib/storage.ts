/**
 * What is remembered on this device. A browser may forbid site storage, or have no room left: then it is remembered as long as
 * the page is open, and nothing fails. Nothing else asks for `localStorage`.
 */
import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'
import { useCallback, useSyncExternalStore } from 'react'

export type DeviceStorage = {
  readonly get: (key: string) => string | null
  /** Remembers; gives whether it will still be there once this page is gone. */
  readonly set: (key: string, value: string) => boolean
  readonly remove: (key: string) => void
  /** Every key that is remembered and begins so. */
  readonly keys: (prefix: string) => string[]
  /** Calls `watcher` when something was remembered or forgotten, in this page or another one; returns how to stop. */
  readonly subscribe: (watcher: (key: string | null) => void) => () => void
}

/** Wraps a browser's storage; `area` may throw or give nothing, and so may all that it gives. */
export function createDeviceStorage(area: () => Storage | null | undefined): DeviceStorage {
  /** What the browser would not take; null where it would not forget. */
  const refused = new Map<string, string | null>()
  const watchers = new Set<(key: string | null) => void>()
  const attempt = <T>(work: (storage: Storage) => T): T | null => {
    try {
      const storage = area()
      return storage == null ? null : work(storage)
    } catch {
      return null
    }
  }
  const get = (key: string) =>
    refused.get(key) ?? (refused.has(key) ? null : attempt((storage) => storage.getItem(key)))
  const change = (key: string, value: string | null, work: (storage: Storage) => void): boolean => {
    const before = get(key)
    const done =
      attempt((storage) => {
        work(storage)
        return true
      }) === true
    if (done) refused.delete(key)
    else refused.set(key, value)
    // A watcher may set the same value again: were watchers called for an unchanged value, the two would call each other for ever.
    if (before !== value) for (const watcher of watchers) watcher(key)
    return done
  }
  return {
    get,
    set: (key, value) => change(key, value, (storage) => storage.setItem(key, value)),
    remove: (key) => void change(key, null, (storage) => storage.removeItem(key)),
    keys: (prefix) => {
      const kept = attempt((storage) => Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '')) ?? []
      return [...new Set([...kept, ...refused.keys()])].filter((key) => key.startsWith(prefix) && get(key) !== null)
    },
    subscribe: (watcher) => {
      watchers.add(watcher)
      const elsewhere = ({ key }: StorageEvent) => watcher(key)
      window.addEventListener('storage', elsewhere)
      return () => {
        watchers.delete(watcher)
        window.removeEventListener('storage', elsewhere)
      }
    },
  }
}

/** This device's own. */
export const deviceStorage = createDeviceStorage(() => globalThis.localStorage)

/** A choice among words that is remembered on this device, and how to make it: `useRemembered('alternat.view', views, 'board')`. */
export function useRemembered<Choice extends string>(
  key: string,
  choices: readonly Choice[],
  otherwise: Choice,
): [Choice, (choice: Choice) => void] {
  const stored = useSyncExternalStore(deviceStorage.subscribe, () => deviceStorage.get(key))
  const choose = useCallback((choice: Choice) => void deviceStorage.set(key, choice), [key])
  return [choices.find((choice) => choice === stored) ?? otherwise, choose]
}

const switchStates = ['true', 'false'] as const

/** A switch that is remembered on this device, and how to set it. */
export function useRememberedSwitch(key: string, atFirst = true): [boolean, (on: boolean) => void] {
  const [state, choose] = useRemembered(key, switchStates, atFirst ? 'true' : 'false')
  const set = useCallback((on: boolean) => choose(on ? 'true' : 'false'), [choose])
  return [state === 'true', set]
}

const schemeKey = 'mantine-color-scheme-value'
const schemes: readonly MantineColorScheme[] = ['light', 'dark', 'auto']
const asScheme = (value: string | null) => schemes.find((scheme) => scheme === value)

/** Remembers for Mantine whether pages are light or dark. */
export function rememberedColorScheme(): MantineColorSchemeManager {
  let stop: () => void = () => undefined
  return {
    get: (otherwise) => asScheme(deviceStorage.get(schemeKey)) ?? otherwise,
    set: (scheme) => void deviceStorage.set(schemeKey, scheme),
    subscribe: (onUpdate) => {
      stop = deviceStorage.subscribe((key) => {
        const scheme = key === schemeKey ? asScheme(deviceStorage.get(schemeKey)) : undefined
        if (scheme !== undefined) onUpdate(scheme)
      })
    },
    unsubscribe: () => stop(),
    clear: () => deviceStorage.remove(schemeKey),
  }
}
