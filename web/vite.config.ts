import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const folder = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: folder('.'),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: folder('../dist/web'),
    emptyOutDir: true,
    // The page must run under a policy that allows no inline script.
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    // `vite web` beside a running API: everything that is not a file of the page goes there.
    proxy: {
      '^/(?!$|app(/|$)|src/|@|node_modules/|favicon)': 'http://127.0.0.1:8000',
    },
  },
});
