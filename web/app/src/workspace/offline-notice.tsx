interface OfflineNoticeProps {
  readonly online: boolean;
  /** Whether changes made elsewhere have not been heard of for a while. */
  readonly deaf: boolean;
}

/**
 * Says so, and takes nothing away: a browser that calls itself offline may still reach a server on the same
 * machine. What cannot be sent is taken back on the screen, with nothing typed lost.
 */
export function OfflineNotice({ online, deaf }: OfflineNoticeProps) {
  return (
    <div className="offline-place" role="status">
      {(!online || deaf) && (
        <p className="offline-notice">
          {online
            ? "The server cannot be heard at the moment. What you see may be out of date; trying again."
            : "You are offline. What you see may be out of date, and changes cannot be saved until you are back."}
        </p>
      )}
    </div>
  );
}
