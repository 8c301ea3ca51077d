import { useI18n } from '../i18n/useI18n';
import { Dialog } from '../ui/Dialog';
import { shown } from './chord';
import type { CommandGroup } from './command';
import styles from './commands.module.css';
import { COMMANDS } from './registry';

const GROUPS: readonly CommandGroup[] = ['edit', 'insert', 'select', 'arrange', 'view', 'design'];

/** Every shortcut, from the same table that the keys are read from. */
export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog title={t('keys.title')} size="large" onClose={onClose}>
      <div className={styles['sheet']} tabIndex={0}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`commands.group.${group}`)}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map((command) => (
                <div key={command.id}>
                  <dt>{t(`cmd.${command.id}`)}</dt>
                  <dd>
                    {command.keys.slice(0, 2).map((chord, i) => (
                      <span key={chord}>
                        {i > 0 && <span className={styles['or']}> {t('commands.or')} </span>}
                        <kbd>{shown(chord)}</kbd>
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
