/**
 * All of Mantine's styles, for what comes after the first paint: it may use any component. Imported ahead of the styles of
 * Mantine's further packages, which build on these.
 */
import '@mantine/core/styles.layer.css'
import './print.ts'
