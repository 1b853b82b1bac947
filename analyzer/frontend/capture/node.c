// Trees of nodes: one visit finds all that is under a cursor, where asking each cursor for its children would start one for each.
//
// libclang shows cursors in the order in which they stand in the source, each with its parent; so the parent is the last one shown or
// one above that. Declarations other than variables, and operands that are never computed, are shown without what is under them.
#include "frontend/capture/lower.h"

#include <stdlib.h>

static bool is_same(const CXCursor *a, const CXCursor *b) {
    return a->data[1] == b->data[1] && a->data[0] == b->data[0] && a->kind == b->kind;
}

static bool is_looked_into(enum CXCursorKind kind) {
    return kind != CXCursor_UnaryExpr && (kind == CXCursor_VarDecl || !clang_isDeclaration(kind));
}

static enum CXChildVisitResult visit(CXCursor child, CXCursor parent, CXClientData data) {
    struct node_visit *v = data;
    while (v->path.len > 1 && !is_same(&v->found.items[v->path.items[v->path.len - 1]].cursor, &parent))
        v->path.len--;
    if (is_same(&child, &parent)) // a constant expression is shown as what is in it, and once more under that
        return CXChildVisit_Recurse;
    struct node_found found = {child, v->path.items[v->path.len - 1]};
    vec_push(&v->found, found);
    if (!is_looked_into(child.kind))
        return CXChildVisit_Continue;
    vec_push(&v->path, (uint32_t)v->found.len - 1);
    return CXChildVisit_Recurse;
}

static void count_children(const struct node_visit *v, struct node *nodes) {
    for (size_t i = 0; i < v->found.len; i++)
        nodes[i].cursor = v->found.items[i].cursor;
    for (size_t i = 1; i < v->found.len; i++) {
        struct node *parent = &nodes[v->found.items[i].parent];
        parent->children.count++;
        parent->exprs.count += clang_isExpression(nodes[i].cursor.kind) != 0;
    }
}

// Where all children are expressions both lists are one.
static void make_room(const struct node_visit *v, struct node *nodes, struct node **room) {
    for (size_t i = 0; i < v->found.len; i++) {
        struct node *node = &nodes[i];
        bool is_one = node->exprs.count == node->children.count;
        node->children.items = node->exprs.items = room;
        room += node->children.count;
        if (!is_one) {
            node->exprs.items = room;
            room += node->exprs.count;
        }
        node->children.count = node->exprs.count = 0;
    }
}

static void link_children(const struct node_visit *v, struct node *nodes) {
    for (size_t i = 1; i < v->found.len; i++) {
        struct node *node = &nodes[i], *parent = &nodes[v->found.items[i].parent];
        parent->children.items[parent->children.count++] = node;
        if (clang_isExpression(node->cursor.kind))
            parent->exprs.items[parent->exprs.count++] = node;
    }
}

struct node *node_tree(struct lower *l, CXCursor cursor) {
    struct node_visit *v = &l->visit;
    struct node_found root = {cursor, 0};
    v->found.len = v->path.len = 0;
    vec_push(&v->found, root);
    vec_push(&v->path, 0);
    clang_visitChildren(cursor, visit, v);
    struct node *nodes = arena_array(&l->arena, struct node, v->found.len);
    count_children(v, nodes);
    make_room(v, nodes, arena_array(&l->arena, struct node *, 2 * v->found.len));
    link_children(v, nodes);
    return nodes;
}

void node_visit_done(struct node_visit *visit) {
    vec_done(&visit->found);
    vec_done(&visit->path);
}

struct node *node_child(const struct node *node, CXCursor cursor) {
    for (uint32_t i = 0; i < node->children.count; i++)
        if (clang_equalCursors(node->children.items[i]->cursor, cursor))
            return node->children.items[i];
    return NULL;
}

struct node *node_strip(struct node *node) {
    while ((node->cursor.kind == CXCursor_ParenExpr || node->cursor.kind == CXCursor_UnexposedExpr) && node->exprs.count == 1)
        node = node->exprs.items[0];
    return node;
}
