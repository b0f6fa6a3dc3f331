/** The languages of the initiative, in the order in which they stand side by side. */

export const languages = {
  en: { name: 'English', tag: 'en' },
  ja: { name: '日本語', tag: 'ja' },
} as const satisfies Record<string, { name: string; tag: string }>

export type Language = keyof typeof languages

/** One wording per language of the initiative. */
export type LocalizedText = { readonly [L in Language]: string }

export const languageKeys = keysOf(languages)

/** What `write` gives for each of the languages. */
export const localizedBy = (write: (language: Language) => string): LocalizedText =>
  Object.fromEntries(languageKeys.map((language) => [language, write(language)])) as LocalizedText

export const isLanguage = (value: unknown): value is Language => isKeyOf(languages, value)

/** The keys of a registry, typed: `Object.keys` forgets them. */
export function keysOf<R extends object>(registry: R): readonly (keyof R & string)[] {
  return Object.keys(registry) as (keyof R & string)[]
}

/** Whether `value` names an entry of `registry` (own keys only: "constructor" names none). */
export function isKeyOf<R extends object>(registry: R, value: unknown): value is keyof R & string {
  return typeof value === 'string' && Object.hasOwn(registry, value)
}
