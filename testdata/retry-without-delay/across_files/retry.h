// Delays and calls in other files than the loop.
#ifndef RETRY_H
#define RETRY_H

void delay_grows(int attempt);
void delay_stays(void);
int ask(int id);
int client_grows_ok(int id);
int client_stays_bad(int id);

#endif
