/** Starts the browser's half: theme, language, router. */
import './ui/shell-styles.ts'
import '@fontsource-variable/public-sans/index.css'
import '@fontsource-variable/source-serif-4/index.css'
import './ui/global.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/queries.ts'
import { warnBeforeLeaving } from './lib/leaving.ts'
import { watchLanguage } from './i18n/messages.ts'
import { router } from './routes.tsx'
import { rememberedColorScheme } from './lib/storage.ts'
import { theme, variables } from './ui/theme.ts'

watchLanguage((language) => {
  document.documentElement.lang = language
})
warnBeforeLeaving(window)

const colorSchemeManager = rememberedColorScheme()
const root = document.getElementById('root')
if (root === null) throw new Error('The page has no #root')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
      >
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
)

// After the first paint: two frames later the page is on the screen.
requestAnimationFrame(() => requestAnimationFrame(() => void import('./ui/japanese-fonts.ts')))
