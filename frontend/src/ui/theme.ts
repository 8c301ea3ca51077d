import { create } from 'zustand';

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'linchpin.theme';
const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

interface ThemeState {
  readonly theme: Theme;
  readonly shown: 'light' | 'dark';
  readonly choose: (theme: Theme) => void;
}

function shownFor(theme: Theme): 'light' | 'dark' {
  return theme === 'system' ? (dark?.matches ? 'dark' : 'light') : theme;
}

const stored = globalThis.localStorage?.getItem(KEY);
const first: Theme = stored === 'light' || stored === 'dark' ? stored : 'system';

/** Light, dark, or as the system has it. */
export const useTheme = create<ThemeState>((set) => ({
  theme: first,
  shown: shownFor(first),
  choose: (theme) => {
    globalThis.localStorage?.setItem(KEY, theme);
    set({ theme, shown: shownFor(theme) });
  },
}));

/** Puts the theme on the page and follows it. */
export function followTheme(): void {
  const put = () => {
    document.documentElement.dataset['theme'] = useTheme.getState().shown;
  };
  useTheme.subscribe(put);
  dark?.addEventListener('change', () => {
    const { theme } = useTheme.getState();
    useTheme.setState({ shown: shownFor(theme) });
  });
  put();
}
