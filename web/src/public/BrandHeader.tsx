import { useComputedColorScheme } from '@mantine/core';
import { useUi } from '@/app/ui';
import { PageTools } from '@/components/page/PageTools';
import { initials } from '@/lib/format';
import c from './public.module.css';

/** The broker's logo or its initial and name. */
export function BrandHeader() {
  const { branding } = useUi();
  const scheme = useComputedColorScheme('light');
  const logo =
    scheme === 'dark'
      ? (branding.logo_dark ?? branding.logo_light)
      : (branding.logo_light ?? branding.logo_dark);
  return (
    <header className={c.top}>
      {logo ? (
        <img src={logo} alt={branding.name} className={c.logo} />
      ) : (
        <span className={c.brand}>
          <span className={c.mark} aria-hidden>
            {initials(branding.name).slice(0, 1)}
          </span>
          <bdi className={c.name}>{branding.name}</bdi>
        </span>
      )}
      <PageTools />
    </header>
  );
}
