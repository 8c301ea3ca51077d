import { useEffect, useState } from 'react';
import { setCatalogue } from '../editor/drawing';
import { AccountButton } from '../features/account/AccountButton';
import { untilAnswered } from '../features/call';
import { FileDrop } from '../features/imports/FileDrop';
import { Gallery } from '../features/gallery/Gallery';
import { useI18n } from '../i18n/useI18n';
import { loadCatalogue } from './loading';
import { Mark } from '../ui/Mark';
import { Message } from '../ui/Message';
import { Preferences } from './Preferences';
import styles from './app.module.css';

/** The first page, under the sign of the product. */
export function GalleryPage() {
  const { t } = useI18n();
  const [state, setState] = useState<'loading' | 'ready' | 'offline'>('loading');
  useEffect(() => {
    document.title = 'Linchpin';
    return untilAnswered(
      loadCatalogue,
      (catalogue) => {
        setCatalogue(catalogue);
        setState('ready');
      },
      () => {
        setState('offline');
        return true;
      },
    );
  }, []);
  return (
    <div className={styles['gallery']}>
      <header className={styles['site']}>
        <a className={styles['brand']} href="/">
          <Mark />
          <span>Linchpin</span>
        </a>
        <span className={styles['gap']} />
        <Preferences />
        <AccountButton />
      </header>
      {state === 'ready' && <FileDrop />}
      {state === 'ready' ? <Gallery /> : <Message text={t(state === 'loading' ? 'app.loading' : 'app.offline')} />}
    </div>
  );
}
