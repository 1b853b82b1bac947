// A few of posix.yaml, against the system's own declarations.
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern int poll(struct pollfd *, nfds_t, int);                          // role: block timeout=arg2:ms infinite=-1 nowait=0 ready
extern int select(int, fd_set *, fd_set *, fd_set *, struct timeval *); // role: block timeout=*arg4:timeval infinite=null nowait=0 in_out ready
extern int epoll_wait(int, struct epoll_event *, int, int);             // role: block timeout=arg3:ms infinite=-1 nowait=0 ready
extern int pthread_cond_timedwait(pthread_cond_t *, pthread_mutex_t *, const struct timespec *); // role: block deadline=*arg2:timespec realtime
extern int sem_timedwait(sem_t *, const struct timespec *);             // role: block deadline=*arg1:timespec realtime
extern int nanosleep(const struct timespec *, struct timespec *);       // role: sleep timeout=*arg0:timespec
extern unsigned sleep(unsigned);                                        // role: sleep timeout=arg0:s
extern int usleep(useconds_t);                                          // role: sleep timeout=arg0:us
extern int connect(int, const struct sockaddr *, socklen_t);            // role: block armed=arg0 step
extern ssize_t recv(int, void *, size_t, int);                          // role: block armed=arg0 when=arg3:0 step; block armed=arg0 when=arg3:2 step; block armed=arg0 when=arg3:256 step; block armed=arg0 when=arg3:16384 step
extern ssize_t sendmsg(int, const struct msghdr *, int);                // role: block armed=arg0 when=arg2:0 step; block armed=arg0 when=arg2:2 step; block armed=arg0 when=arg2:256 step; block armed=arg0 when=arg2:16384 step
extern int socket(int, int, int);                                       // role: disarm object=return when=arg1:1; disarm object=return when=arg1:2; disarm object=return when=arg1:5; disarm object=return when=arg1:524289; disarm object=return when=arg1:524290; disarm object=return when=arg1:524293
extern int getaddrinfo(const char *, const char *, const struct addrinfo *, struct addrinfo **); // role: block default=unknown
extern pid_t waitpid(pid_t, int *, int);                                // role: block when=arg2:0; block when=arg2:2
extern int sem_clockwait(sem_t *, clockid_t, const struct timespec *);  // role: block deadline=*arg2:timespec realtime when=arg1:0; block deadline=*arg2:timespec monotonic when=arg1:1
extern int pthread_timedjoin_np(pthread_t, void **, const struct timespec *); // role: join object=arg0 deadline=*arg2:timespec realtime
extern int pthread_cancel(pthread_t);                                   // role: cancel object=arg0
extern int pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *); // role: spawn object=arg3 result=*arg0 entry=arg2
extern int pthread_join(pthread_t, void **);                            // role: join object=arg0
extern time_t time(time_t *);                                           // role: now result=return:s realtime
extern int clock_nanosleep(clockid_t, int, const struct timespec *, struct timespec *); // role: sleep timeout=*arg2:timespec when=arg1:0; sleep deadline=*arg2:timespec when=arg1:1
extern int atexit(void (*)(void));                                      // role: callback entry=arg0
extern void free(void *);                                               // role: borrows object=arg0

const void *posix[] = {poll, select, epoll_wait, pthread_cond_timedwait, sem_timedwait, nanosleep, sleep, usleep, connect, recv, sendmsg, socket,
                       getaddrinfo, waitpid, sem_clockwait, pthread_timedjoin_np, pthread_cancel,
                       pthread_create, pthread_join, time, clock_nanosleep, atexit, free};
