// switch: fall-through, ranges, default in the middle, nested cases, enums.
void use(int);
enum state { IDLE, BUSY = 5, DONE };

void plain(enum state s) {
    switch (s) {
    case IDLE:
        use(1);
    case BUSY:
        use(2);
        break;
    default:
        use(3);
        break;
    case DONE:
        return;
    }
}

void ranges(unsigned char c) {
    switch (c) {
    case '0' ... '9':
        use(1);
        break;
    case -1:
        use(2);
    }
}

// Duff's device.
void duff(int count, int *from) {
    int n = (count + 3) / 4;
    switch (count % 4) {
    case 0:
        do {
            use(*from++);
        case 3:
            use(*from++);
        case 2:
            use(*from++);
        case 1:
            use(*from++);
        } while (--n > 0);
    }
}

int nested(int a, int b) {
    switch (a) {
    case 1:
        switch (b) {
        case 1:
            return 11;
        default:
            break;
        }
        break;
    case 2:
        for (;;)
            switch (b) {
            case 3:
                continue;
            case 4:
                return 24;
            }
    }
    return 0;
}
