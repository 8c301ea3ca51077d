import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env['LINCHPIN_SERVER'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/static/',
  plugins: [react()],
  build: {
    manifest: true,
    outDir: 'dist',
    rollupOptions: { input: 'src/main.tsx' },
  },
  server: {
    proxy: {
      '/api': server,
      '/ws': { target: server, ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
