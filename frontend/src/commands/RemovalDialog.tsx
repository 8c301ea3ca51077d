import { useI18n } from '../i18n/useI18n';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import styles from './commands.module.css';
import { removeSelected, type Removal } from './remove';

/** Asks what becomes of what lies in the containers that are deleted. */
export function RemovalDialog({ asking: { name, count }, onClose }: { readonly asking: Removal; readonly onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog title={name === null ? t('removal.title') : t('removal.title.of', { name })} onClose={onClose}>
      <p>{t('removal.text', { count })}</p>
      <div className={styles['answers']}>
        <Button variant="ghost" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
        <Button variant="danger" onClick={() => removeSelected('remove')}>
          {t('removal.all')}
        </Button>
        <Button variant="primary" data-first onClick={() => removeSelected('keep')}>
          {t('removal.keep')}
        </Button>
      </div>
    </Dialog>
  );
}
