import { insertNode } from '../commands/insert';
import { useKindsState } from '../editor/drawing';
import { useI18n } from '../i18n/useI18n';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import styles from './app.module.css';

/** How a drawing begins: with those who send the requests, or with one that is ready. */
export function EmptyCanvas() {
  const { t, of } = useI18n();
  const client = useKindsState(({ kinds }) => kinds.catalogue.kinds.find(({ role }) => role === 'client'));
  return (
    <section className={styles['empty']} aria-label={t('canvas.empty.title')}>
      <h2>{t('canvas.empty.title')}</h2>
      <p>{t('canvas.empty.text')}</p>
      {client && (
        <Button variant="primary" icon="add" onClick={() => insertNode(client.id)}>
          {t('commands.add', { name: of(client.title) })}
        </Button>
      )}
      <a href="/">
        <Icon name="list" size={14} />
        {t('canvas.empty.templates')}
      </a>
    </section>
  );
}
