import { useI18n } from '../i18n/useI18n';
import { Mark } from './Mark';
import styles from './Message.module.css';

interface Props {
  readonly title?: string;
  readonly text: string;
  /** Whether there is nothing to wait for here. */
  readonly home?: boolean;
}

/** What there is to say instead of a page, in the middle of it. */
export function Message({ title, text, home = false }: Props) {
  const { t } = useI18n();
  return (
    <main className={styles['message']} id="main" aria-busy={!home}>
      <Mark size={40} />
      {title !== undefined && <h1>{title}</h1>}
      <p>{text}</p>
      {home && <a href="/">{t('app.home')}</a>}
    </main>
  );
}
