import type { Tenant } from '@/api/platform';
import { initials } from '@/lib/format';
import { onBrand } from '@/theme/branding';
import c from './owner.module.css';

const HEX = /^#[0-9a-f]{6}$/i;

/** The tenant's initial on its own colour: the only place in this console where a tenant's colour appears. */
export function TenantMark({
  tenant,
  size = 26,
}: {
  tenant: Pick<Tenant, 'name' | 'branding'>;
  size?: number;
}) {
  const primary = tenant.branding?.primary ?? '';
  const colour = HEX.test(primary) ? primary : '#525a6b';
  return (
    <span
      className={c.mark}
      style={{
        background: colour,
        color: onBrand(colour),
        width: size,
        height: size,
        fontSize: Math.round(size * 0.48),
        borderRadius: Math.round(size * 0.28),
      }}
      aria-hidden
    >
      {initials(tenant.name).slice(0, 1)}
    </span>
  );
}
