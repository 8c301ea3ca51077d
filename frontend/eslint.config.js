import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** A folder of `src`, and what it may not import: data flows one way. */
function forbid(folder, ...groups) {
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    ignores: ['**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-imports': ['error', { patterns: groups.map((group) => ({ group: [group] })) }] },
  };
}

const SYNC_ONLY = ['yjs', 'y-websocket', 'y-indexeddb', 'y-protocols/*', 'lib0/*'];

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
      ],
      'no-restricted-imports': ['error', { patterns: [{ group: SYNC_ONLY, message: 'Only sync/ knows Yjs.' }] }],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  { files: ['src/sync/**/*.{ts,tsx}'], rules: { 'no-restricted-imports': 'off' } },
  forbid('model', '**/canvas/**', '**/commands/**', '**/features/**', '**/sync/**', '**/ui/**', '**/app/**', ...SYNC_ONLY),
  forbid('ui', '**/canvas/**', '**/commands/**', '**/features/**', '**/sync/**', '**/app/**', ...SYNC_ONLY),
  forbid('stream', '**/canvas/**', '**/commands/**', '**/features/**', '**/sync/**', '**/ui/**', '**/app/**', ...SYNC_ONLY),
  forbid('canvas', '**/features/**', '**/app/**', ...SYNC_ONLY),
);
