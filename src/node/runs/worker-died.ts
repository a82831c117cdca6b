/** How the error of a trial begins whose worker died; that says more of the machine than of the trial, so a resumed run tries it again. */
export const workerDied = "the worker died: ";
