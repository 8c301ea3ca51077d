import { LANGUAGES, useLanguage } from '../i18n/language';
import { useI18n } from '../i18n/useI18n';
import { Button, IconButton } from '../ui/Button';
import { useTheme } from '../ui/theme';

const NAMES = { en: 'English', ko: '한국어' } as const;
const SHORT = { en: 'EN', ko: '한' } as const;

/** The language of the interface, and light or dark. */
export function Preferences() {
  const { t, language } = useI18n();
  const chooseLanguage = useLanguage((state) => state.choose);
  const { shown, choose } = useTheme();
  const next = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length] ?? 'en';
  return (
    <>
      <Button variant="ghost" icon="globe" lang={next} aria-label={`${SHORT[next]}, ${t('app.language')}: ${NAMES[next]}`} onClick={() => chooseLanguage(next)}>
        {SHORT[next]}
      </Button>
      <IconButton icon={shown === 'dark' ? 'sun' : 'moon'} label={t('app.theme')} onClick={() => choose(shown === 'dark' ? 'light' : 'dark')} />
    </>
  );
}
