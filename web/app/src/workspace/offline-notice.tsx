import { useOnline } from "./use-online.ts";

export function OfflineNotice() {
  const online = useOnline();
  return (
    <div role="status">
      {!online && (
        <p className="offline-notice">
          You are offline. What you see may be out of date, and changes cannot be saved until you are back.
        </p>
      )}
    </div>
  );
}
