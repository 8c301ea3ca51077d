import { useI18n } from '../i18n/useI18n';
import { Mark } from '../ui/Mark';
import styles from './app.module.css';

/** One sentence in the middle of the page. */
export function Message({ text, home = false }: { readonly text: string; readonly home?: boolean }) {
  const { t } = useI18n();
  return (
    <main className={styles['message']} id="main">
      <Mark size={40} />
      <p>{text}</p>
      {home && <a href="/">{t('app.home')}</a>}
    </main>
  );
}
