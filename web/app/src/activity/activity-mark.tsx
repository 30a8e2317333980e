import type { ActivityItem } from "../api/activity.ts";
import { Icon, type IconName } from "../controls/icon.tsx";

const ICONS: Readonly<Record<ActivityItem["kind"], IconName>> = {
  sign_in: "check",
  change: "pencil",
  refusal: "close",
  lockout: "lock",
};

/** Of what kind an event is, at a glance; its sentence says it as well. */
export function ActivityMark({ kind }: { readonly kind: ActivityItem["kind"] }) {
  return (
    <span className={`activity-mark activity-mark-${kind}`}>
      <Icon name={ICONS[kind]} size={16} />
    </span>
  );
}
