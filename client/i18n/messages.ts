/**
 * The words of the interface. English is the source; Japanese must have the same keys, so that a missing one does not compile.
 * Each feature keeps its own words in a file beside it and uses them with `useMessages`.
 */
import i18next, { type i18n as I18n } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { isLanguage, languageKeys, languages, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { deviceStorage } from '#client/lib/storage.ts'

type Words = { readonly [key: string]: string }

/** The same keys with other words. Only English tells one from many: keys that end in `_one` have no counterpart. */
type Translation<Source extends Words> = {
  readonly [K in keyof Source as K extends `${string}_one` ? never : K]: string
}

type WithoutPlural<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K

type KeyOf<Source extends Words> = WithoutPlural<keyof Source & string> & string
type TextOf<Source extends Words, K extends string> =
  | Source[K & keyof Source]
  | Source[`${K}_one` & keyof Source]
  | Source[`${K}_other` & keyof Source]
type ParameterOf<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}` ? Name | ParameterOf<Rest> : never
type ParametersOf<Source extends Words, K extends string> = ParameterOf<TextOf<Source, K>>

export type Messages<Source extends Words> = { readonly namespace: string; readonly source: Source }

/** Words for a key; where the English has `{{name}}`, `name` must be given, and `count` picks one or many. */
export type Translate<Source extends Words> = <K extends KeyOf<Source>>(
  key: K,
  ...parameters: [ParametersOf<Source, K>] extends [never]
    ? []
    : [{ readonly [P in ParametersOf<Source, K>]: string | number }]
) => string

type Parameters = { readonly [name: string]: string | number }

const storageKey = 'alternat.language'

const instance: I18n = i18next.createInstance()
void instance.use(initReactI18next).init({
  lng: rememberedLanguage(),
  fallbackLng: false,
  resources: {},
  ns: [],
  initAsync: false,
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
})

/** Declares the words of one feature; `namespace` is its name, once. */
export function defineMessages<const Source extends Words>(
  namespace: string,
  { en, ja }: { readonly en: Source; readonly ja: Translation<Source> },
): Messages<Source> {
  instance.addResourceBundle('en', namespace, en)
  instance.addResourceBundle('ja', namespace, ja)
  return { namespace, source: en }
}

/**
 * The words of a feature in the reader's language, or in `language`; the component is drawn again when the reader's language
 * changes.
 */
export function useMessages<Source extends Words>(
  { namespace }: Messages<Source>,
  language?: Language,
): Translate<Source> {
  const { t } = useTranslation(namespace, { i18n: instance, ...(language === undefined ? {} : { lng: language }) })
  return (key: string, ...[parameters]: readonly Parameters[]) => t(key, { ...parameters })
}

/** The words of a feature outside of a component, as in a toast. */
export function translate<Source extends Words>({ namespace }: Messages<Source>): Translate<Source> {
  return (key: string, ...[parameters]: readonly Parameters[]) => instance.t(key, { ns: namespace, ...parameters })
}

/** The reader's language, outside of a component. */
export const currentLanguage = (): Language => (isLanguage(instance.language) ? instance.language : 'en')

/** The reader's language. */
export function useLanguage(): Language {
  const { i18n } = useTranslation(undefined, { i18n: instance })
  return isLanguage(i18n.language) ? i18n.language : 'en'
}

/** Picks the reader's wording of something that is written in every language. */
export function useLocalized(): (text: LocalizedText) => string {
  const language = useLanguage()
  return (text) => text[language]
}

/** Changes the language everywhere at once and remembers it. */
export function switchLanguage(language: Language): void {
  deviceStorage.set(storageKey, language)
  void instance.changeLanguage(language)
}

/** Calls `watcher` now and whenever the language changes. */
export function watchLanguage(watcher: (language: Language) => void): void {
  watcher(currentLanguage())
  instance.on('languageChanged', () => watcher(currentLanguage()))
}

function rememberedLanguage(): Language {
  const remembered = deviceStorage.get(storageKey)
  if (isLanguage(remembered)) return remembered
  return languageKeys.find((language) => navigator.language.startsWith(languages[language].tag)) ?? 'en'
}
