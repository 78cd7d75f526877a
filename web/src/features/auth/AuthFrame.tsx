import { useComputedColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useUi } from '@/app/ui';
import { onBrand } from '@/theme/branding';
import c from './auth.module.css';

/** The tenant's own front door: its logo, its name, one form. */
export function AuthFrame({
  title,
  text,
  corner,
  children,
}: {
  title: string;
  text?: ReactNode;
  corner?: ReactNode;
  children: ReactNode;
}) {
  const { branding } = useUi();
  const scheme = useComputedColorScheme('light');
  const logo = scheme === 'dark' ? (branding.logo_dark ?? branding.logo_light) : branding.logo_light;
  return (
    <div className={c.page}>
      <div className={c.corner}>{corner}</div>
      <main className={c.main}>
        <div className={c.brand}>
          {logo ? (
            <img src={logo} alt="" className={c.logo} />
          ) : (
            <span
              className={c.mark}
              style={{ background: branding.primary, color: onBrand(branding.primary) }}
              aria-hidden
            >
              {(branding.mark && branding.mark.length <= 2 ? branding.mark : branding.name).slice(0, 1)}
            </span>
          )}
          <span className={c.brandName}>{branding.name}</span>
        </div>
        <section className={c.card}>
          <h1 className={c.title}>{title}</h1>
          {text && <p className={c.text}>{text}</p>}
          {children}
        </section>
      </main>
    </div>
  );
}
