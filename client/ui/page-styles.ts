/** All of Mantine's styles, for the pages that come after the first paint: they may use any component. */
import '@mantine/core/styles.layer.css'
