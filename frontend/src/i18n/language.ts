import { create } from 'zustand';

export type Language = 'en' | 'ko';
export const LANGUAGES: readonly Language[] = ['en', 'ko'];

const KEY = 'linchpin.language';

function preferred(): Language {
  const stored = globalThis.localStorage?.getItem(KEY);
  if (stored === 'en' || stored === 'ko') return stored;
  const wanted = globalThis.navigator?.languages ?? [];
  return wanted.some((tag) => tag.toLowerCase().startsWith('ko')) &&
    !wanted[0]?.toLowerCase().startsWith('en')
    ? 'ko'
    : 'en';
}

interface LanguageState {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

/** The language of the interface: chosen, else the browser's. */
export const useLanguage = create<LanguageState>((set) => ({
  language: preferred(),
  choose: (language) => {
    globalThis.localStorage?.setItem(KEY, language);
    document.documentElement.lang = language;
    set({ language });
  },
}));
