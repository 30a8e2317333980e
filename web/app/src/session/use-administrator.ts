import { useEffect } from "react";
import { fetchMe } from "../api/me.ts";
import { observable, useObservable } from "../observable.ts";

/** The id of whoever was an administrator when that was last asked. */
const administrator = observable<string | undefined>(undefined);

/** Whether to offer somebody what administrators have; asked again whenever it is about to be shown. */
export function useAdministrator(userId: string): boolean {
  const known = useObservable(administrator);
  useEffect(() => {
    fetchMe().then(
      (me) => administrator.set(me.roles.includes("admin") ? me.id : undefined),
      // What cannot be asked is offered as before: it is no secret, and the server refuses by itself.
      () => {},
    );
  }, [userId]);
  return known === userId;
}
