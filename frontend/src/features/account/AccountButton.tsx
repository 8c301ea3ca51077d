import { useCallback, useEffect, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { Menu } from '../../ui/Menu';
import { useNotices } from '../../ui/Notices';
import { refreshAccount, signOut, useAccount } from './api';
import { SignInDialog } from './SignInDialog';

/** Sign in, or one's name with the way out. A guest's designs come along. */
export function AccountButton() {
  const { t } = useI18n();
  const me = useAccount((state) => state.me);
  const show = useNotices((state) => state.show);
  const [asking, setAsking] = useState(false);
  const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);
  useEffect(() => {
    // Unknown while the server is away; the button then offers to sign in, and says why it cannot.
    refreshAccount().catch(() => undefined);
  }, []);
  const name = me?.user && !me.guest ? me.user.username : null;
  if (name === null) {
    return (
      <>
        <Button variant="ghost" onClick={() => setAsking(true)}>
          {t('account.sign_in')}
        </Button>
        {asking && <SignInDialog onClose={() => setAsking(false)} />}
      </>
    );
  }
  const leave = (): void => {
    signOut().then(
      () => window.location.assign('/'),
      (error: Error) => show('error', error.message),
    );
  };
  return (
    <>
      <Button
        variant="ghost"
        aria-haspopup="menu"
        aria-label={t('account.menu', { name })}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setMenu({ x: box.left, y: box.bottom + 4 });
        }}
      >
        {name}
      </Button>
      {menu && (
        <Menu
          label={t('account.menu', { name })}
          at={menu}
          groups={[[{ id: 'sign-out', label: t('account.sign_out'), run: leave }]]}
          onClose={closeMenu}
        />
      )}
    </>
  );
}
