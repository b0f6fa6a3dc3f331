/** How files that we write say where their text begins, and what in them is said about it: that is not read as text again. */

/** Stands in a Markdown file before the text. */
export const textBegins = '<!-- alternat: text -->'

/** Bears, in an HTML file, what stands around the text. */
export const aboutText = 'data-about-text'
/** Bears, in an HTML file, the text itself: its spaces and line ends are as they are, and each of its languages says so. */
export const exactText = 'data-exact'

/** Bears, in an HTML file, words in which brackets are signs of the text. */
export const plainWords = 'data-plain'
