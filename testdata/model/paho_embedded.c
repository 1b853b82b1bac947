// paho-embedded.yaml against the declarations of MQTTLinux.h and MQTTClient.h.
#include <stddef.h>
#include <sys/time.h>

typedef struct Timer { struct timeval end_time; } Timer;
typedef struct Network {
    int my_socket;
    int (*mqttread)(struct Network *, unsigned char *, int, int);
} Network;
typedef struct MQTTClient { Network *ipstack; } MQTTClient;

void TimerInit(Timer *);                                                // role: disarm object=arg0
char TimerIsExpired(Timer *);                                           // role: query done object=arg0 result=return
void TimerCountdownMS(Timer *, unsigned int);                           // role: arm object=arg0 timeout=arg1:ms
void TimerCountdown(Timer *, unsigned int);                             // role: arm object=arg0 timeout=arg1:s
int TimerLeftMS(Timer *);                                               // role: query remaining object=arg0 result=return:ms
int NetworkConnect(Network *, char *, int);                             // role: block
void MQTTClientInit(MQTTClient *, Network *, unsigned int, unsigned char *, size_t, unsigned char *, size_t); // role: arm object=arg0 timeout=arg2:ms
int MQTTYield(MQTTClient *client, int time);                            // role: block timeout=arg1:ms
int MQTTDisconnect(MQTTClient *client);                                 // role: block armed=arg0 step

const void *paho[] = {TimerInit, TimerIsExpired, TimerCountdownMS, TimerCountdown, TimerLeftMS, NetworkConnect, MQTTClientInit, MQTTYield, MQTTDisconnect};

int read_some(MQTTClient *client, unsigned char *text) { return client->ipstack->mqttread(client->ipstack, text, 1, 1000); }
