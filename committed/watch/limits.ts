/** Minutes for which a runner is waited for, where the settings do not say. */
export const defaultRunnerStartMinutes = 30;

/** Longest time for which runs wait in an honest queue, in minutes: after it a region counts as without runner. */
export const longestWatchMinutes = 300;

/** Longest run of the job `watch`, in minutes. GitHub ends any job after 360. */
export const watchTimeoutMinutes = 345;
