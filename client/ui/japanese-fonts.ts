/** The Japanese faces: their style sheets alone name hundreds of subsets, so they come after the first paint. */
import '@fontsource-variable/noto-sans-jp/index.css'
import '@fontsource-variable/noto-serif-jp/index.css'
